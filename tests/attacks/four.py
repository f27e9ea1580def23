"""Four people and one synthetic record on a line, small enough for arithmetic.

x is 0 and 3 for real people, 1 and 10 for the others; the record is 4. The ranks are
1/8, 5/8 and 3/8, 7/8; the record stands at 6/8. For a release of one record one of the three others
is drawn.

    person   to the record   to the others
    x = 0    5/8             2/8 4/8 6/8
    x = 3    1/8             2/8 2/8 4/8
    x = 1    3/8             2/8 2/8 4/8
    x = 10   1/8             2/8 4/8 6/8

The nearest other person is 4/8 away from x = 0 and 10 on average, 1/3 from 1 and 3: typically 5/12.
"""

from tests.contract.handmade import WHOLE, lab_of

GAP = 5 / 12


def four():
    sides = ({"x": [0.0, 3.0]}, {"x": [4.0]}, {"x": [1.0, 10.0]})
    return lab_of({"x": WHOLE}, *sides)

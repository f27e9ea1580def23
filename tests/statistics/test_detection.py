"""Would it have noticed? Panels against the exact tests that they put together."""

import numpy as np
import pytest
from scipy.stats import binom, hypergeom

from audit.statistics.detection import detection_curve, false_alarms, fires_of, ladder
from audit.statistics.least_wins import least_wins
from audit.statistics.negative_hypergeometric import negative_hypergeometric_sf
from audit.statistics.panels import (
    LEVEL,
    Deal,
    ScorePanel,
    WinPanel,
    deals,
    shared_level,
    shared_z,
)
from audit.statistics.rates import exact_tails
from audit.statistics.roc import fit_auc, midranks

NOBODY = np.zeros(0, np.int64)


def column(*values):
    return np.array(values)[:, None]


class TestDeals:
    def test_sizes_stay_and_the_planted_are_real(self):
        planted = np.array([1, 4])
        drawn = list(deals(10, 4, planted, draws=50, rng=np.random.default_rng(0)))
        assert all(d.is_real.sum() == 4 and d.is_real[planted].all() for d in drawn)
        assert all(sorted(d.order) == [0, 1] for d in drawn)

    def test_everybody_else_has_the_same_chance(self):
        """Of 8 others 2 are real: each in a quarter of the draws, 500 of 2,000."""
        drawn = deals(10, 4, np.array([1, 4]), draws=2_000, rng=np.random.default_rng(0))
        counts = np.sum([d.is_real for d in drawn], axis=0)
        others = np.delete(counts, [1, 4])
        assert np.abs(others - 500).max() < 5 * np.sqrt(2_000 * 0.25 * 0.75)


class TestLeastWins:
    @pytest.mark.parametrize(("n_pool", "n_real"), [(40, 20), (40, 30), (1_500, 1_000)])
    @pytest.mark.parametrize("level", [0.05, 0.001])
    def test_it_is_the_first_significant_count(self, n_pool, n_real, level):
        least = least_wins(n_pool, n_real, level)
        for wins in (0, 1, 3, 5, 12, 39, 40):
            x = int(least[wins])
            if x <= min(wins, n_real):
                assert hypergeom.sf(x - 1, n_pool, wins, n_real) <= level
            below = max(0, wins - (n_pool - n_real))
            if x > below:
                assert hypergeom.sf(x - 2, n_pool, wins, n_real) > level

    def test_five_against_none_are_the_fewest_at_equal_sizes(self):
        """5 of 5 among the real half: 2^-5 = .031; 4 of 4: .062 (`reliability.md` P4)."""
        least = least_wins(2_000, 1_000, LEVEL)
        assert least[5] == 5
        assert least[4] == 5

    def test_the_normal_law_is_close_where_it_stands_in(self):
        n_pool, n_real, wins = 3_000, 2_000, 1_200
        x = int(least_wins(n_pool, n_real, LEVEL)[wins])
        assert hypergeom.sf(x - 1, n_pool, wins, n_real) == pytest.approx(LEVEL, abs=0.01)


class TestWins:
    def test_the_test_is_the_exact_one(self):
        rng = np.random.default_rng(3)
        base = rng.random((300, 1)) < 0.1
        panel = WinPanel(200, NOBODY, base, base[:0])
        for deal in deals(300, 200, NOBODY, draws=200, rng=rng):
            won = base[:, 0]
            k_real, k_rest = int(won[deal.is_real].sum()), int(won[~deal.is_real].sum())
            p = exact_tails(k_real, 200, k_rest, 100).risky
            assert panel.noticed(deal, (0,))[0] == (p <= LEVEL)

    def test_copied_people_win_as_copied_people_do(self):
        """Nobody is found without a copy; with one everybody is: noticed from 5 people on."""
        base = np.zeros((2_000, 1), np.bool_)
        panel = WinPanel(1_000, np.arange(20), base, np.ones((20, 1), np.bool_))
        curve = detection_curve(panel, draws=10, rng=np.random.default_rng(0))
        assert curve.enough == 5
        assert dict(zip(curve.people, curve.noticed, strict=True))[3] == 0.0

    def test_who_was_found_anyway_adds_nothing(self):
        base = np.ones((100, 1), np.bool_)
        panel = WinPanel(50, np.arange(10), base, np.ones((10, 1), np.bool_))
        curve = detection_curve(panel, draws=20, rng=np.random.default_rng(0))
        assert curve.enough is None
        assert set(curve.noticed) == {0.0}

    def test_many_alike_attacks_cost_hardly_more_than_one(self):
        rng = np.random.default_rng(0)
        one = rng.random((1_000, 1)) < 0.3
        alike = np.repeat(one, 50, axis=1)
        apart = rng.random((1_000, 50)) < 0.3
        levels = [shared_level(c, 500, rng=np.random.default_rng(1)) for c in (one, alike, apart)]
        assert levels[0] == LEVEL
        assert levels[1] == pytest.approx(LEVEL, rel=0.05)
        assert levels[2] == pytest.approx(LEVEL / 50, rel=0.3)

    def test_attacks_that_never_win_share_evenly(self):
        never = np.zeros((100, 4), np.bool_)
        assert shared_level(never, 50, rng=np.random.default_rng(0)) == LEVEL / 4


class TestScores:
    def test_the_auc_is_the_exact_one(self):
        """A panel notices by AUC where the standardised rank sum exceeds its z."""
        rng = np.random.default_rng(5)
        base = np.round(rng.normal(size=(60, 1)), 1)
        panel = ScorePanel(40, NOBODY, base, base[:0], z=1.5, rankings=10**9)
        ranks = midranks(base[:, 0])
        for deal in deals(60, 40, NOBODY, draws=100, rng=rng):
            fit = fit_auc(base[deal.is_real, 0], base[~deal.is_real, 0])
            variance = 40 * 20 / (60 * 59) * ((ranks - ranks.mean()) ** 2).sum()
            z = (fit.value - 0.5) * 40 * 20 / np.sqrt(variance)
            assert panel.noticed(deal, (0,))[0] == (z >= 1.5)

    def test_the_tail_is_the_exact_one(self):
        """j = floor(.01 x 401) = 4: so many real people above the 4th holdout person are rare."""
        rng = np.random.default_rng(6)
        base = rng.normal(size=(1_000, 1))
        panel = ScorePanel(600, NOBODY, base, base[:0], z=np.inf, rankings=1)
        found = 0
        for deal in deals(1_000, 600, NOBODY, draws=300, rng=rng):
            threshold = np.sort(base[~deal.is_real, 0])[-4]
            x = int((base[deal.is_real, 0] > threshold).sum())
            p = float(negative_hypergeometric_sf(x, j=4, n_real=600, n_holdout=400))
            assert panel.noticed(deal, (0,))[0] == (p <= LEVEL / 2)
            found += p <= LEVEL / 2
        assert 0 < found < 20

    def test_copied_people_rank_where_copied_people_do(self):
        """Put together from two rankings as if all had been ranked once."""
        rng = np.random.default_rng(7)
        base, copied, planted = rng.normal(size=500), rng.normal(2, 1, size=30), np.arange(30)
        panel = ScorePanel(300, planted, base[:, None], copied[:, None], z=1.0, rankings=10**9)
        deal = next(deals(500, 300, planted, draws=1, rng=rng))
        ranks = midranks(base)
        sd = np.sqrt(300 * 200 / (500 * 499) * ((ranks - ranks.mean()) ** 2).sum())
        for n, seen in zip((0, 7, 30), panel.noticed(deal, (0, 7, 30)), strict=True):
            whole = base.copy()
            first = deal.order[:n]
            whole[planted[first]] = copied[first]
            auc = fit_auc(whole[deal.is_real], whole[~deal.is_real]).value
            assert seen == ((auc - 0.5) * 300 * 200 / sd >= 1.0)

    def test_a_tail_that_no_count_makes_significant_is_left_out(self):
        base = np.arange(20.0)[:, None]
        panel = ScorePanel(10, NOBODY, base, base[:0], z=np.inf, rankings=1)
        deal = Deal(np.arange(20) >= 10, NOBODY)
        assert not panel.noticed(deal, (0,))[0]

    def test_one_ranking_has_the_quantile_of_one(self):
        ranks = np.arange(1.0, 201)[:, None]
        z = shared_z(ranks, 100, rng=np.random.default_rng(0))
        assert z == pytest.approx(1.96, abs=0.001)


class TestCurve:
    def test_more_people_are_noticed_more_often(self):
        rng = np.random.default_rng(0)
        base = rng.random((2_000, 1)) < 0.2
        panel = WinPanel(1_000, np.arange(200), base, np.ones((200, 1), np.bool_))
        curve = detection_curve(panel, draws=60, rng=rng)
        assert np.all(np.diff(curve.noticed) >= -0.1)
        assert curve.noticed[-1] == 1.0
        assert curve.enough is not None

    def test_it_stays_noticed_from_there_on(self):
        """A lucky rung below a rung that fails is no power."""
        hits = {1: True, 2: False, 3: True}

        class Lucky(WinPanel):
            def noticed(self, deal, copied):
                return np.array([hits[n] for n in copied])

        empty = np.zeros((10, 1), np.bool_)
        panel = Lucky(5, np.arange(3), empty, empty[:3])
        assert detection_curve(panel, draws=3, rng=np.random.default_rng(0)).enough == 3

    def test_the_ladder_ends_with_everybody(self):
        assert ladder(0) == ()
        assert ladder(1) == (1,)
        assert ladder(250)[-1] == 250
        assert list(ladder(1_000)) == sorted(set(ladder(1_000)))


class TestFalseAlarms:
    def test_the_bound_is_binomial(self):
        """Of 20 divisions at 5 % a sound test fires at most 5 times with 99.9 %."""
        assert fires_of(0, 20).bound == int(binom.ppf(0.999, 20, 0.05)) == 5
        assert fires_of(5, 20).is_quiet
        assert not fires_of(6, 20).is_quiet

    def test_a_sound_test_is_quiet(self):
        rng = np.random.default_rng(0)
        base = rng.normal(size=(800, 3))
        ranks = np.column_stack([midranks(c) for c in base.T])
        panel = ScorePanel(500, NOBODY, base, base[:0], z=shared_z(ranks, 500, rng=rng), rankings=3)
        assert false_alarms(panel, draws=400, rng=rng).is_quiet

    def test_a_test_without_its_correction_is_not(self):
        """Thirty attacks that each take the whole level fire in most divisions."""
        rng = np.random.default_rng(0)
        base = rng.random((400, 30)) < 0.4
        panel = WinPanel(200, NOBODY, base, base[:0], level=LEVEL)
        assert not false_alarms(panel, draws=100, rng=rng).is_quiet

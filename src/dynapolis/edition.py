"""The story of one run, from registers to a frozen edition.

    register ─▶ record ─▶ entity ─▶ unit ─▶ coding ─▶ adopted code ─▶ figure ─▶ indicator ─▶ score, rank

What is precious comes from the ledger and the snapshots. Every step's tables go to the lake and are made again only
when something they depend on changed. All chance comes from one seed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dynapolis.ids import digest_json
from dynapolis.model.register import DESCRIPTION
from dynapolis.steps import capability, denominators, evidence, figures, index, posterior
from dynapolis.steps import inputs as start
from dynapolis.store import content
from dynapolis.store.editions import Edition, freeze
from dynapolis.store.lake import Tables
from dynapolis.store.ledger import Ledger
from dynapolis.store.snapshots import current_snapshots
from dynapolis.store.workspace import Workspace

Tick = Callable[[str], None]


def make_edition(
    workspace: Workspace,
    ledger: Ledger,
    *,
    name: str,
    now: str,
    private: bool = False,
    tick: Tick = lambda _: None,
) -> Edition:
    """Run the whole way and freeze the result.

    Args:
        workspace: where the snapshots, the lake and the settings are.
        ledger: its ledger, open.
        name: what people call the edition.
        now: the time, noted in the ledger beside the edition and part of nothing else.
        private: take in registers whose terms forbid passing them on; such an edition is never exported.
        tick: called with the name of each part of a step when it is done.

    Raises:
        BadUse: nothing was imported yet, or a snapshot is gone.
        BadContent: a content file is faulty.
    """
    lake, run, paths = workspace.lake, workspace.settings.run, workspace.content
    spec = content.read_index_spec(paths.index)
    codebook = content.read_codebook(paths.codebooks, spec.codebook_version)
    previous = content.read_codebook(paths.codebooks, codebook.supersedes) if codebook.supersedes else None
    places = content.read_places(paths.places)
    populations = content.read_population(paths.population)
    content.require_bases(paths.index, spec.denominator, populations)
    organisations = content.read_organisations(paths.organisations)[1]
    snapshots, not_open = start.choose_registers(workspace, current_snapshots(ledger), private=private)
    inputs = start.gather_inputs(workspace, ledger, snapshots, codebook, spec) | not_open

    # 1 Evidence: snapshots are read again, records joined to entities, entities laid out as units in cities.
    def records() -> Tables:
        return evidence.record_tables(list(start.read_records(workspace, snapshots)), ledger.judgements(), places)

    core = lake.step("records", start.needed(inputs, start.RECORDS), records)
    tick("records")

    # 2 Codings become adopted codes, each with why; what the coders' posterior says of the true codes serves both the
    #   codes that no coder decides and, later, the draws. Screening finds the innovation projects.
    units = core["core_coding__unit"]["unit_id"].to_pylist()

    def adopt() -> Tables:
        said = evidence.translate_codings(core, ledger.codings(), ledger.coders(), snapshots, codebook, previous)
        questions = posterior.fit_questions(said["core_coding__translated"], units, codebook)
        return {
            **said,
            **evidence.adopt_codings(core, said, questions, codebook, run.consensus),
            "core_coding__posterior": posterior.posterior_table(questions, units),
            "core_coding__organisation": evidence.organisation_table(core["core_records__record"], organisations),
        }

    adopted = lake.step("adopted", start.needed(inputs, start.CODES), adopt)
    codes, screened = adopted["core_coding__adopted"], adopted["core_coding__screened"]
    tick("adopted")

    # 3 Figures: counts and shares on both bases, per city, with chance intervals; how far the coders agree.
    def count() -> Tables:
        return figures.figure_tables(screened, codes, codebook, spec.sector_crosswalk, run.level) | {
            "out_coding__agreement": figures.agreement_table(
                adopted["core_coding__translated"],
                adopted["core_coding__coder"],
                core["core_records__record"],
                codebook,
                run.seed,
            )
        }

    counted = lake.step("figures", start.needed(inputs, start.FIGURES), count)
    tick("figures")

    # 4–6 Capability × actor, indicators, index: once as found, then over draws of codes, chance and method.
    def rank() -> Tables:
        divided_by = denominators.denominator_table(places, populations, spec.denominator)
        arrays = index.load_evidence(core, adopted, divided_by, codebook, spec.sector_crosswalk)
        questions = posterior.read_questions(adopted["core_coding__posterior"], units, codebook)
        rng = np.random.default_rng(run.seed)
        model = index.learn_model(arrays, spec, rng)
        drawn = index.index_tables(
            model, questions, n_draws=run.draws, level=run.level, rng=rng, tick=lambda: tick("index")
        )
        return {"out_index__denominator_city": divided_by} | capability.capability_tables(arrays) | drawn

    ranked = lake.step("index", start.needed(inputs, start.INDEX), rank)

    # 7 Frozen: the id is the hash of everything that went in, the adopted codes among it.
    inputs |= {"adopted": digest_json(codes.select(["unit_id", "scheme", "code", "why"]).to_pylist())}
    registers = {n: workspace.snapshots.verified(n, DESCRIPTION, f[DESCRIPTION]) for n, f in snapshots.items()}
    return freeze(workspace.editions, ledger, name, inputs, core | adopted | counted | ranked, paths, registers, now)

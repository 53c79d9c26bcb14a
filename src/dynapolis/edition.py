"""The story of one run, from registers to a frozen edition.

    register ─▶ record ─▶ entity ─▶ unit ─▶ coding ─▶ adopted code ─▶ figure ─▶ indicator ─▶ score, rank

What is precious comes from the ledger and the snapshots. Every step's tables go to the lake and are made again only
when something they depend on changed. All chance comes from one seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dynapolis.ids import digest_json
from dynapolis.model.codebook import Codebook
from dynapolis.model.district import Districts
from dynapolis.model.index_spec import IndexSpec
from dynapolis.model.register import DESCRIPTION, RegisterSpec
from dynapolis.steps import capability, coverage, denominators, evidence, figures, index, links, posterior
from dynapolis.steps import inputs as start
from dynapolis.store import content
from dynapolis.store.districts import read_districts
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
    places = content.read_places(paths.places)
    populations = content.read_population(paths.population)
    content.require_bases(paths.index, spec.denominator, populations)

    # 1, 2 Records, entities, units, adopted codes.
    coded = code_units(workspace, ledger, spec, private=private, tick=tick)
    core, adopted, codebook, inputs = coded.core, coded.adopted, coded.codebook, coded.inputs
    codes, screened = adopted["core_coding__adopted"], adopted["core_coding__screened"]
    units = core["core_coding__unit"]["unit_id"].to_pylist()

    # 3 Figures: counts and shares on both bases, per city, with chance intervals; how far the coders agree; how much of
    #   the whole the registers saw, as their overlap tells it.
    def count() -> Tables:
        return figures.figure_tables(screened, codes, codebook, spec.sector_crosswalk, run.level) | {
            "out_coding__agreement": figures.agreement_table(
                adopted["core_coding__translated"],
                adopted["core_coding__coder"],
                core["core_records__record"],
                codebook,
                run.seed,
            ),
            **coverage.coverage_tables(core, screened, coded.described, run.level),
        }

    counted = lake.step("figures", start.needed(inputs, start.FIGURES), count)

    #   Links of projects to labs, programmes, districts and organisations, each with why; who works with whom.
    inputs |= (linked_by := links.content_digests(paths))
    bodies = content.read_organisations(paths.organisations)[1]
    linked = lake.step(
        "links",
        start.needed(inputs, (*start.FIGURES, *linked_by)),
        lambda: links.link_tables(core, screened, places, bodies, run.level, paths),
    )
    tick("figures")

    # 4–6 Capability × actor, indicators, index: once as found, then over draws of codes, chance and method.
    def rank() -> Tables:
        divided_by = denominators.denominator_table(places, populations, spec.denominator)
        arrays = index.load_evidence(core, adopted, divided_by, codebook, spec.sector_crosswalk)
        said = adopted["core_coding__translated"]
        questions = posterior.read_questions(adopted["core_coding__posterior"], said, units, codebook)
        rng = np.random.default_rng(run.seed)
        model = index.learn_model(arrays, spec, rng, counted["out_coverage__city_kind"], run.level)
        drawn = index.index_tables(
            model, questions, n_draws=run.draws, level=run.level, rng=rng, tick=lambda: tick("index")
        )
        return {"out_index__denominator_city": divided_by} | capability.capability_tables(arrays) | drawn

    ranked = lake.step("index", start.needed(inputs, start.INDEX), rank)

    # 7 Frozen: the id is the hash of everything that went in, the adopted codes among it.
    inputs |= {"adopted": digest_json(codes.select(["unit_id", "scheme", "code", "why"]).to_pylist())}
    registers = {n: workspace.snapshots.verified(n, DESCRIPTION, f[DESCRIPTION]) for n, f in coded.snapshots.items()}
    return freeze(
        workspace.editions, ledger, name, inputs, core | adopted | counted | linked | ranked, paths, registers, now
    )


@dataclass(frozen=True, slots=True)
class Coded:
    """A run after its first two steps.

    Attributes:
        inputs: everything the edition depends on so far.
        snapshots: by register and file role.
        described: the registers' descriptions.
        codebook: the edition's.
        core: tables of the step "records".
        adopted: tables of the step "adopted".
    """

    inputs: dict[str, Any]
    snapshots: dict[str, dict[str, str]]
    described: list[RegisterSpec]
    codebook: Codebook
    core: Tables
    adopted: Tables


def code_units(
    workspace: Workspace, ledger: Ledger, spec: IndexSpec, *, private: bool = False, tick: Tick = lambda _: None
) -> Coded:
    """The first two steps of a run: what the registers hold, joined, and the codes it has. See ``make_edition``."""
    lake, paths = workspace.lake, workspace.content
    codebook = content.read_codebook(paths.codebooks, spec.codebook_version)
    previous = content.read_codebook(paths.codebooks, codebook.supersedes) if codebook.supersedes else None
    places = content.read_places(paths.places)
    organisations = content.read_organisations(paths.organisations)[1]
    snapshots, not_open = start.choose_registers(workspace, current_snapshots(ledger), private=private)
    described = coverage.read_descriptions(workspace, snapshots)
    inputs = start.gather_inputs(workspace, ledger, snapshots, codebook, spec) | not_open

    # 1 Evidence: snapshots are read again, records joined to entities, entities laid out as units in cities.
    def records() -> Tables:
        read = list(start.read_records(workspace, snapshots))
        official = frozenset(register.name for register in described if register.publisher.official)
        return evidence.record_tables(read, ledger.judgements(), places, coverage.searched_cities(described), official)

    core = lake.step("records", start.needed(inputs, start.RECORDS), records)
    tick("records")

    # 2 Codings become adopted codes, each with why; what the coders' posterior says of the true codes serves both the
    #   codes that no coder decides and, later, the draws. Screening finds the innovation projects.
    def adopt() -> Tables:
        units = core["core_coding__unit"]["unit_id"].to_pylist()
        said = evidence.translate_codings(core, ledger.codings(), ledger.coders(), snapshots, codebook, previous)
        questions = posterior.fit_questions(said["core_coding__translated"], units, codebook)
        consensus = workspace.settings.run.consensus
        return {
            **said,
            **evidence.adopt_codings(core, said, questions, codebook, consensus),
            "core_coding__posterior": posterior.posterior_table(questions, units),
            "core_coding__organisation": evidence.organisation_table(core["core_records__record"], organisations),
        }

    adopted = lake.step("adopted", start.needed(inputs, start.CODES), adopt)
    tick("adopted")
    return Coded(inputs, snapshots, described, codebook, core, adopted)


def found_pairs(
    workspace: Workspace, coded: Coded, find: Callable[[pa.Table, pa.Table, Districts], pa.Table]
) -> pa.Table:
    """Candidate pairs of the records with their probabilities, from the lake or found now.

    Args:
        workspace: where the lake is.
        coded: a run after its first two steps.
        find: gives the table of pairs of a table of records, one of their codings, and the parts of cities.

    Raises:
        BadContent: the file of the parts of cities is faulty.
    """
    districts = read_districts(workspace.content.districts)
    inputs = coded.inputs | (placed_by := links.content_digests(workspace.content))

    def pairs() -> Tables:
        records, said = coded.core["core_records__record"], coded.adopted["core_coding__translated"]
        return {"core_resolve__pair": find(records, said, districts)}

    return workspace.lake.step("pairs", start.needed(inputs, (*start.PAIRS, *placed_by)), pairs)["core_resolve__pair"]

"""Links between things that are not the same: a project and its lab, its programme, its district, its organisations.

Every link names the rule that made it and quotes the cell it rests on. Where a cell fits several targets, all of them
are given and each is unsure; where it fits none, it is listed as unresolved. Nothing is guessed in silence.
"""

"""The ways of filling gaps: from other units, from the unit's other indicators or years, by drawing."""

"""From records to entities: a merge is a view over judgements, and un-merging is one more judgement."""

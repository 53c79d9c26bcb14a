"""From the children of a node to its score: means, rules that compare units with one another, and penalised means."""

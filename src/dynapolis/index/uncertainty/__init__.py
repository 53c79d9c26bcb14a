"""What the ranks would be if the choices behind them had been others: draws, replicas, ranks, shares of variance."""

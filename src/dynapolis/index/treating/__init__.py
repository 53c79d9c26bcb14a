"""The parts of outlier treatment: rules per indicator, winsorising, transformations, Box and Cox, what was done."""

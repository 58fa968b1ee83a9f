"""Formulas of theory as functions of numbers and arrays of NumPy. They read no files and know no traces."""

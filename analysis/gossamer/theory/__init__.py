"""Theory: formulas with their evidence, predictions beside what runs measured, and the validation of the program.

    evidence      how well a formula is known; every output has the mark
    comparison    a predicted number beside a measured one: agrees, within the bound, violated
    formulas      functions of numbers alone
    validation    `gossamer validate`: checks that run the program
    predictions   `gossamer theory`: what formulas say of runs, as far as they apply
"""

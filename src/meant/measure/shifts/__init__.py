"""One shift, one file; reached by name through `measure.shift.contract.SHIFTS`."""

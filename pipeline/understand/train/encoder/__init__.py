"""Training of tier 1: fine-tuning, export, quantisation, calibration. A tool, run by `make train-tier1` in an environment of its own."""

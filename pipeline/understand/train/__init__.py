"""Training of the tier-0 models: a tool, not the core. It reads files, prints, and may use scikit-learn."""

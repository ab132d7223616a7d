"""Run the notebooks whose numbers changed: what they take, what is stale, and the running."""

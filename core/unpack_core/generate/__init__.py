"""Generation: what a model is asked, what it answers, and what that costs."""

"""How good labels are: scores against coded passages, with intervals that are clustered by document."""

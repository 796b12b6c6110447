"""How good labels are: scores against coded passages, with intervals that know that passages of one document are alike."""

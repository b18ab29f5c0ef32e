"""Reports of residents: broken roads, dark lights, dumped waste; with picture, place, few words."""

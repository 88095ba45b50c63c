"""How much Qiao's pages cost, as ratios that carry between machines; `make bench` prints them."""

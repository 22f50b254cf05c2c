"""What was observed of a wrong submission goes in; what is wrong with it, and where, comes out in words."""

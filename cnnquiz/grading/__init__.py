"""What a submission and its solution answered goes in; a `Report` comes out. Every verdict is computed here."""

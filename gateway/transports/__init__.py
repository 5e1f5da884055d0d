"""How requests come from clients and answers go to them: reading, negotiation, and the forms of single answers and streams."""

"""Who is linked to whom, who watches whom, and who is called what."""

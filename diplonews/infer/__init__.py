"""What we infer and the site does not say: datelines, agencies, countries, language. Pure."""

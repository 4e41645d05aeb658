"""The nouns of dlws: frozen, keyword-only msgspec Structs.

Units are in the names. ``None`` means "could not be determined", never "no" and never a guess;
``False`` means that we looked. Sequences are tuples. Nothing here imports anything else of dlws.
"""

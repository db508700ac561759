"""Words and phrases of Spanish and English by what they tell, written for this project (CC BY 4.0).

Each module maps tags to phrases in the notation of `pipeline.understand.cues`, folded: no accents, no capitals.
"""

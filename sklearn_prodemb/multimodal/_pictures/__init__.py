"""Pictures in, features of a pretrained network out."""

"""What a recurrent layer is made of, taken apart."""

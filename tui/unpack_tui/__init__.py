"""What unpack-tui shows and asks: the command line and the screens. It decides nothing by itself."""

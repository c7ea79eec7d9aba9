"""Turns blocking Python into async Python, whole programs at a time, and shows you the diff first."""

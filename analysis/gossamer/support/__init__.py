"""The ground: errors, texts for people, files, and the frame of every command. It reads no trace."""

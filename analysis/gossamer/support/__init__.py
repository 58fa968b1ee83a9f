"""The ground: errors, texts for people, files, and what every command has around it. It reads no trace."""

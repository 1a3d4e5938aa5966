module tlog

go 1.25.0

// Versions before it leave tiles unchecked where several subtrees end in one tile.
require golang.org/x/mod v0.40.0

"""The same job as other tools' users would write it: each contender is one small file, and a process of its own."""

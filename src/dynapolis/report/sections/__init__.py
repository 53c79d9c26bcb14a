"""The sections of the report, one file each: claims and tables of an edition laid out as blocks in one language."""

"""The report in other forms than pages: print (PDF), workbook (XLSX) and document for editors (DOCX)."""

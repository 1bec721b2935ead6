"""What every room stands on: files, jobs, history, accounts, divisions, and the kits for pages, API and figures."""

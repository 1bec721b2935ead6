"""Employers, vacancies, fairs, referrals, and job spells derived from evidence."""

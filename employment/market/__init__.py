"""The market for work: vacancies, job fairs and referrals, who fits which vacancy, and what anybody may read of it."""

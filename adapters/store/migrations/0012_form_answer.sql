-- What a form led to, so that a second press is answered with the first
-- result. The answer is sealed under the key of the person who sent the form.
CREATE TABLE form_answer (
    person TEXT NOT NULL,
    form_key BLOB NOT NULL,
    answer BLOB NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (person, form_key)
);

CREATE INDEX form_answer_by_age ON form_answer (answered_at);

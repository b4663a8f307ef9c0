-- How a person is called on English pages, sealed as the name is. Persons of before have none.
ALTER TABLE customer ADD COLUMN name_en BLOB;
ALTER TABLE staff ADD COLUMN name_en BLOB;

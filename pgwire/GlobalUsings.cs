global using TextEncoding = System.Text.Encoding;

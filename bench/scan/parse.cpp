// What a scan is compared with: a bare parse of the same lines with simdjson, every value visited, nothing kept.
#include <simdjson.h>
#include <cstdio>

static size_t visit(simdjson::dom::element element) {
  switch (element.type()) {
    case simdjson::dom::element_type::ARRAY: {
      size_t n = 1;
      for (auto child : simdjson::dom::array(element)) n += visit(child);
      return n;
    }
    case simdjson::dom::element_type::OBJECT: {
      size_t n = 1;
      for (auto field : simdjson::dom::object(element)) n += visit(field.value);
      return n;
    }
    case simdjson::dom::element_type::STRING:
      return std::string_view(element).size() > 0 ? 1 : 2;
    default:
      return 1;
  }
}

int main(int argc, char** argv) {
  if (argc != 2) { std::fprintf(stderr, "usage: parse LOG.jsonl\n"); return 2; }
  simdjson::dom::parser parser;
  simdjson::dom::document_stream documents;
  simdjson::padded_string text;
  if (simdjson::padded_string::load(argv[1]).get(text) || parser.parse_many(text, 32 << 20).get(documents)) { std::fprintf(stderr, "cannot read %s\n", argv[1]); return 2; }
  size_t lines = 0, values = 0;
  for (auto document : documents) { lines++; values += visit(document.value()); }
  std::printf("%zu lines, %zu values\n", lines, values);
}

# Writes a source that holds a page: cmake -D PAGE=… -D FUNCTION=… -D HEADER=… -D OUT=… -P embed_page.cmake. Several raw
# strings are one text; none may be longer than compilers must accept.
file(READ ${PAGE} text)
string(REGEX REPLACE "\n(#+ )" "\n)page\" R\"page(\\1" text "${text}")
file(WRITE ${OUT} "#include \"${HEADER}\"\n\nnamespace gossamer {\n\n"
  "const char* ${FUNCTION}() {\n  return R\"page(${text})page\";\n}\n\n}  // namespace gossamer\n")

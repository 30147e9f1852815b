# Sets OUT to the text of FILE as a raw string of C++. The next build notices when it changes. The
# text's own hash ends the string: no text holds that. C++ allows 16 characters.
function(raw_string OUT FILE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${FILE}")
  file(READ "${FILE}" text)
  string(MD5 end "${text}")
  string(SUBSTRING ${end} 0 16 end)
  set(${OUT} "R\"${end}(${text})${end}\"" PARENT_SCOPE)
endfunction()

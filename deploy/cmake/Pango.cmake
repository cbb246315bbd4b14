# Pango and cairo have no CMake package of their own: headers and libraries are looked for by name.
add_library(lienthong_pango INTERFACE IMPORTED GLOBAL)
foreach(header pango/pangocairo.h cairo.h glib.h glibconfig.h hb.h)
  string(MAKE_C_IDENTIFIER LIENTHONG_INCLUDE_${header} variable)
  find_path(${variable} ${header} REQUIRED
    PATH_SUFFIXES pango-1.0 cairo glib-2.0 harfbuzz lib/${CMAKE_LIBRARY_ARCHITECTURE}/glib-2.0/include
    PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/glib-2.0/include)
  target_include_directories(lienthong_pango SYSTEM INTERFACE ${${variable}})
endforeach()
foreach(library pangocairo-1.0 pango-1.0 cairo gobject-2.0 glib-2.0)
  string(MAKE_C_IDENTIFIER LIENTHONG_LIBRARY_${library} variable)
  find_library(${variable} ${library} REQUIRED)
  target_link_libraries(lienthong_pango INTERFACE ${${variable}})
endforeach()

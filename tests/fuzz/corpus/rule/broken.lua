rule "r" { check = function( return 1 end }

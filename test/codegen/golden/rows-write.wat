(module
  (type (;0;) (func (param i32 i32 i32)))
  (type (;1;) (func (param i32 i32 i32 i32 i32) (result i32)))
  (type (;2;) (func (param i32 i32 i32 i32)))
  (type (;3;) (func (param i32 i32 i64 i64) (result i32)))
  (import "env" "memory" (memory (;0;) 0 65536 shared))
  (import "runtime" "rows_chunk" (func (;0;) (type 1)))
  (import "runtime" "rows_move" (func (;1;) (type 1)))
  (import "runtime" "row_bytes" (func (;2;) (type 2)))
  (import "runtime" "row_decimal" (func (;3;) (type 3)))
  (func (;4;) (export "p0") (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32 i64 v128 i64 i64)
    (local.set 4
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 5
      (i32.load offset=4 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 7
      (i32.add
        (local.get 0)
        (i32.const 64)))
    (i32.store offset=20 align=1
      (local.get 7)
      (i32.const 8224))
    (i32.store offset=32 align=1
      (local.get 7)
      (i32.const 131072))
    (local.set 14
      (local.tee 15
        (i32.load offset=8 align=1
          (local.get 7))))
    (local.set 9
      (i32.const 2048))
    (if  ;; label = @1
      (local.tee 8
        (i32.load offset=16 align=1
          (local.get 7)))
      (then
        (if  ;; label = @2
          (i32.and
            (i32.eq
              (i32.load offset=8 align=1
                (local.get 8))
              (i32.add
                (i32.load offset=20 align=1
                  (local.get 0))
                (local.get 1)))
            (i32.eq
              (i32.load offset=12 align=1
                (local.get 8))
              (i32.const 0)))
          (then
            (local.set 9
              (i32.load offset=4 align=1
                (local.get 8)))
            (local.set 10
              (i32.add
                (i32.add
                  (local.get 8)
                  (i32.const 8224))
                (i32.load offset=16 align=1
                  (local.get 8))))
            (local.set 11
              (i32.load offset=4 align=1
                (local.get 7))))
          (else
            (local.set 8
              (i32.const 0))))))
    (local.set 16
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 16)
            (local.get 2)))
        (local.set 17
          (select
            (local.tee 17
              (i32.add
                (local.get 16)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 17)
              (local.get 2))))
        (local.set 3
          (local.get 16))
        (loop  ;; label = @3
          (local.set 6
            (i32.add
              (local.get 4)
              (i32.load align=1
                (i32.add
                  (local.get 5)
                  (i32.shl
                    (local.get 3)
                    (i32.const 2))))))
          (if  ;; label = @4
            (i32.or
              (i32.eq
                (local.get 9)
                (i32.const 2048))
              (i32.lt_u
                (i32.sub
                  (local.get 11)
                  (local.get 10))
                (i32.const 48)))
            (then
              (local.set 12
                (call 0
                  (local.get 0)
                  (local.get 7)
                  (i32.const 48)
                  (i32.add
                    (i32.load offset=20 align=1
                      (local.get 0))
                    (local.get 1))
                  (i32.const 0)))
              (if  ;; label = @5
                (local.get 8)
                (then
                  (i32.store offset=4 align=1
                    (local.get 8)
                    (local.get 9))
                  (i32.store offset=16 align=1
                    (local.get 8)
                    (i32.sub
                      (local.get 10)
                      (i32.add
                        (local.get 8)
                        (i32.const 8224))))))
              (local.set 8
                (i32.load offset=16 align=1
                  (local.get 7)))
              (local.set 11
                (i32.load offset=4 align=1
                  (local.get 7)))
              (local.set 10
                (local.get 12))
              (local.set 9
                (i32.const 0))))
          (local.set 13
            (i32.add
              (local.tee 12
                (local.get 10))
              (i32.const 32)))
          (local.set 18
            (i64.or
              (i64.shl
                (i64.extend_i32_u
                  (i32.load offset=8 align=1
                    (local.get 6)))
                (i64.const 32))
              (i64.extend_i32_u
                (i32.add
                  (local.get 6)
                  (i32.load offset=12 align=1
                    (local.get 6))))))
          (if  ;; label = @4
            (local.tee 19
              (i32.wrap_i64
                (i64.shr_u
                  (local.get 18)
                  (i64.const 32))))
            (then
              (local.set 20
                (i32.and
                  (i32.add
                    (local.get 19)
                    (i32.const 7))
                  (i32.const -8)))
              (if  ;; label = @5
                (i32.lt_u
                  (i32.sub
                    (local.get 11)
                    (local.get 13))
                  (local.get 20))
                (then
                  (local.set 13
                    (i32.add
                      (i32.sub
                        (local.get 13)
                        (local.get 12))
                      (local.tee 12
                        (call 1
                          (local.get 0)
                          (local.get 7)
                          (local.get 12)
                          (local.get 13)
                          (local.get 20)))))
                  (if  ;; label = @6
                    (local.get 8)
                    (then
                      (i32.store offset=4 align=1
                        (local.get 8)
                        (local.get 9))
                      (i32.store offset=16 align=1
                        (local.get 8)
                        (i32.sub
                          (local.get 10)
                          (i32.add
                            (local.get 8)
                            (i32.const 8224))))))
                  (local.set 8
                    (i32.load offset=16 align=1
                      (local.get 7)))
                  (local.set 11
                    (i32.load offset=4 align=1
                      (local.get 7)))
                  (local.set 10
                    (local.get 12))
                  (local.set 9
                    (i32.const 0))))
              (call 2
                (local.get 0)
                (local.get 13)
                (i32.wrap_i64
                  (local.get 18))
                (local.get 19))
              (i64.store offset=8 align=1
                (local.get 12)
                (i64.or
                  (i64.shl
                    (i64.extend_i32_u
                      (i32.sub
                        (local.get 13)
                        (local.get 12)))
                    (i64.const 32))
                  (i64.extend_i32_u
                    (local.get 19))))
              (local.set 13
                (i32.add
                  (local.get 13)
                  (local.get 20))))
            (else
              (i64.store offset=8 align=1
                (local.get 12)
                (i64.or
                  (i64.shl
                    (i64.extend_i32_u
                      (i32.sub
                        (local.get 13)
                        (local.get 12)))
                    (i64.const 32))
                  (i64.extend_i32_u
                    (local.get 19))))))
          (i64.load offset=16 align=1
            (local.get 6))
          (local.set 20
            (i32.eqz
              (i32.and
                (i32.load8_u
                  (local.get 6))
                (i32.const 2))))
          (local.set 18)
          (local.set 21
            (i64.shl
              (i64.extend_i32_u
                (i32.eqz
                  (local.get 20)))
              (i64.const 1)))
          (i64.store offset=16 align=1
            (local.get 12)
            (select
              (local.get 18)
              (i64.const 0)
              (local.get 20)))
          (local.set 23
            (i64x2.extract_lane 0
              (local.tee 22
                (i8x16.shuffle 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0
                  (local.tee 22
                    (v128.load align=1
                      (i32.add
                        (local.get 6)
                        (i32.load offset=28 align=1
                          (local.get 6)))))
                  (local.get 22)))))
          (local.set 24
            (i64x2.extract_lane 1
              (local.get 22)))
          (local.set 18
            (i64.sub
              (i64.const 128)
              (i64.shl
                (i64.extend_i32_u
                  (i32.load offset=24 align=1
                    (local.get 6)))
                (i64.const 3))))
          (select
            (i64.shr_s
              (local.get 24)
              (local.get 18))
            (i64.or
              (i64.shr_u
                (local.get 23)
                (local.get 18))
              (i64.shl
                (i64.shl
                  (local.get 24)
                  (i64.const 1))
                (i64.sub
                  (i64.const 63)
                  (local.get 18))))
            (i64.gt_u
              (local.get 18)
              (i64.const 63)))
          (local.set 23
            (select
              (i64.shr_s
                (local.get 24)
                (i64.const 63))
              (i64.shr_s
                (local.get 24)
                (local.get 18))
              (i64.gt_u
                (local.get 18)
                (i64.const 63))))
          (local.set 24)
          (local.set 20
            (i32.const 16))
          (if  ;; label = @4
            (i32.lt_u
              (i32.sub
                (local.get 11)
                (local.get 13))
              (local.get 20))
            (then
              (local.set 13
                (i32.add
                  (i32.sub
                    (local.get 13)
                    (local.get 12))
                  (local.tee 12
                    (call 1
                      (local.get 0)
                      (local.get 7)
                      (local.get 12)
                      (local.get 13)
                      (local.get 20)))))
              (if  ;; label = @5
                (local.get 8)
                (then
                  (i32.store offset=4 align=1
                    (local.get 8)
                    (local.get 9))
                  (i32.store offset=16 align=1
                    (local.get 8)
                    (i32.sub
                      (local.get 10)
                      (i32.add
                        (local.get 8)
                        (i32.const 8224))))))
              (local.set 8
                (i32.load offset=16 align=1
                  (local.get 7)))
              (local.set 11
                (i32.load offset=4 align=1
                  (local.get 7)))
              (local.set 10
                (local.get 12))
              (local.set 9
                (i32.const 0))))
          (local.set 20
            (call 3
              (local.get 0)
              (local.get 13)
              (local.get 24)
              (local.get 23)))
          (i64.store offset=24 align=1
            (local.get 12)
            (i64.or
              (i64.shl
                (i64.extend_i32_u
                  (i32.sub
                    (local.get 13)
                    (local.get 12)))
                (i64.const 32))
              (i64.extend_i32_u
                (local.get 20))))
          (local.set 13
            (i32.add
              (local.get 13)
              (i32.const 16)))
          (i64.store align=1
            (local.get 12)
            (local.get 21))
          (i32.store offset=32 align=1
            (i32.add
              (local.get 8)
              (i32.shl
                (local.get 9)
                (i32.const 2)))
            (i32.sub
              (local.get 12)
              (i32.add
                (local.get 8)
                (i32.const 8224))))
          (local.set 10
            (local.get 13))
          (local.set 9
            (i32.add
              (local.get 9)
              (i32.const 1)))
          (local.set 15
            (i32.add
              (local.get 15)
              (i32.const 1)))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 3
                (i32.add
                  (local.get 3)
                  (i32.const 1)))
              (local.get 17))))
        (local.set 16
          (local.get 17))
        (br 0 (;@2;))))
    (if  ;; label = @1
      (local.get 8)
      (then
        (i32.store offset=4 align=1
          (local.get 8)
          (local.get 9))
        (i32.store offset=16 align=1
          (local.get 8)
          (i32.sub
            (local.get 10)
            (i32.add
              (local.get 8)
              (i32.const 8224))))))
    (i32.store offset=8 align=1
      (local.get 7)
      (local.get 15))))
